/** Wrong uses: each fails to compile, with the error that its comment names. */

import { ConvexHttpClient } from "convex/browser";
import { usePaginatedQuery, useQuery } from "convex/react";
import { api } from "../../convex/_generated/api";
import type { Doc, Id, TableNames } from "../../convex/_generated/dataModel";

declare const client: ConvexHttpClient;
declare const courseId: Id<"courses">;
declare const course: Doc<"courses">;
const { addUserCourseOffering, getUserCourseOfferings } = api.userCourseOfferings;

export async function wrong(): Promise<void> {
  // @ts-expect-error TS2551: a misspelt function
  void api.courses.getCourseByCod;
  // @ts-expect-error TS2339: a module that does not exist
  void api.professors;
  // @ts-expect-error TS2339: a function that is not for clients
  void api.courses.upsertCourseInternal;
  // @ts-expect-error TS2345: a missing argument
  void client.query(api.courses.getCourseByCode, {});
  // @ts-expect-error TS2554: no arguments at all
  void client.query(api.courses.getCourseByCode);
  // @ts-expect-error TS2322: an argument of another type
  void client.mutation(addUserCourseOffering, { classNumber: "10001" });
  // @ts-expect-error TS2561: a misspelt optional argument
  void client.mutation(addUserCourseOffering, { classNumber: 1, forceAd: true });
  // @ts-expect-error TS2322: an argument where the function takes none
  void useQuery(getUserCourseOfferings, { user: "alice" });
  // @ts-expect-error TS2322: a term that does not exist
  void client.query(api.courseOfferings.getCourseOfferingByClassNumber, { classNumber: 1, term: "autumn", year: 2026 });
  // @ts-expect-error TS2322: the id of another table
  void client.query(api.programs.getProgramById, { id: courseId });
  // @ts-expect-error TS2322: a text where an id is wanted
  void client.query(api.courses.getCourseById, { id: "0190" });
  // @ts-expect-error TS2345: a mutation as a query
  void client.query(addUserCourseOffering, { classNumber: 10001 });
  // @ts-expect-error TS2379: a list without pages as one with pages
  void usePaginatedQuery(getUserCourseOfferings, {}, { initialNumItems: 20 });
  // @ts-expect-error TS2339: a field that does not exist
  void course.instructor;
  // @ts-expect-error TS2551: a misspelt field of a joined document
  void (await client.query(getUserCourseOfferings))[0]!.courseOffering.statuss;
  // @ts-expect-error TS2531: a result that may be null
  void (await client.query(api.courses.getCourseById, { id: courseId })).title;
  // @ts-expect-error TS2322: a table that does not exist
  const table: TableNames = "professors";
  // @ts-expect-error TS2367: a status that never is
  void ((await client.query(getUserCourseOfferings))[0]!.courseOffering.status === "full");
  void table;
}

// @ts-expect-error TS2344: documents of a table that does not exist
export type Professor = Doc<"professors">;
