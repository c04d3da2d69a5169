import type { FunctionReturnType } from "convex/server";
import type { api } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";

/** One line of the schedule. */
export type Entry = FunctionReturnType<
  typeof api.userCourseOfferings.getUserCourseOfferings
>[number];

const PENDING = "pending:";

/** What the schedule shows for a section until the gateway has answered. */
export function pendingEntry(section: Doc<"courseOfferings">): Entry {
  return {
    _id: `${PENDING}${section._id}` as Id<"userCourseOfferings">,
    _creationTime: Date.now(),
    userId: "",
    classNumber: section.classNumber,
    courseOffering: section,
  };
}

export function isPending(entry: Entry): boolean {
  return entry._id.startsWith(PENDING);
}
