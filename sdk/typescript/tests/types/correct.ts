/** Correct uses: all of this compiles. */

import { ConvexHttpClient } from "convex/browser";
import { usePaginatedQuery, useQuery } from "convex/react";
import type { FunctionArgs, FunctionReturnType } from "convex/server";
import { api } from "../../convex/_generated/api";
import type { Doc, Id, TableNames } from "../../convex/_generated/dataModel";

const client = new ConvexHttpClient("http://127.0.0.1:3210");

export async function results(): Promise<void> {
  const course = await client.query(api.courses.getCourseByCode, { code: "CSCI-UA 101" });
  const title: string | undefined = course?.title;
  const document: Doc<"courses"> | null = course;
  for (const prerequisite of course?.prerequisites ?? []) {
    // Only this kind has credits: TypeScript knows it from the type.
    if (prerequisite.type === "options") {
      const credits: number = prerequisite.creditsRequired;
      void credits;
    }
  }
  void [title, document];
}

export async function changes(): Promise<void> {
  const id: Id<"userCourseOfferings"> = await client.mutation(
    api.userCourseOfferings.addUserCourseOffering,
    { classNumber: 10001 },
  );
  const nothing: null = await client.mutation(api.userCourseOfferings.removeUserCourseOffering, {
    id,
  });
  await client.mutation(api.userCourses.createUserCourse, {
    courseCode: "CSCI-UA 101",
    title: "Introduction to Computer Science",
    year: 2026,
    term: "j-term",
    grade: "a-",
  });
  const job = await client.action(api.scraper.triggerCoursesScraping, {});
  const success: boolean = job.success;
  void [nothing, success];
}

export function useHooks(): void {
  const schedule = useQuery(api.userCourseOfferings.getUserCourseOfferings);
  const status: "open" | "closed" | "waitlist" | undefined = schedule?.[0]?.courseOffering.status;
  // Pages: the hook adds `paginationOpts` itself.
  const sections = usePaginatedQuery(
    api.courseOfferings.getCourseOfferings,
    { term: "fall", year: 2026, query: "calculus" },
    { initialNumItems: 20 },
  );
  const credits: number | undefined = sections.results[0]?.course?.credits;
  const skipped = useQuery(api.programs.getProgramById, "skip");
  void [status, credits, skipped];
}

/** Optional fields may be left out; `_id` and `_creationTime` are there. */
export const section: Omit<Doc<"courseOfferings">, "_id" | "_creationTime"> = {
  courseCode: "CSCI-UA 101",
  classNumber: 10001,
  section: "001",
  year: 2026,
  term: "fall",
  level: "undergraduate",
  school: "College of Arts and Science",
  instructors: [],
  days: ["monday", "wednesday"],
  status: "open",
  isCorequisite: false,
};

export type Profile = NonNullable<FunctionReturnType<typeof api.students.getCurrentStudent>>;
export const programNames = (profile: Profile): string[] =>
  profile.programs.map((program) => program.name);
export const schoolName = (profile: Profile): string | undefined => profile.school?.name;
export const change: FunctionArgs<typeof api.students.updateCurrentStudent> = {
  startingDate: { year: 2026, term: "fall" },
};
export const tables: TableNames[] = ["courses", "courseOfferings", "userCourses"];
