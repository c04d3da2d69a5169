import { useMutation } from "convex/react";
import { api } from "../../convex/_generated/api";
import type { Doc } from "../../convex/_generated/dataModel";
import { pendingEntry, type Entry } from "./entries";

const { getUserCourseOfferings, addUserCourseOffering, removeUserCourseOffering } =
  api.userCourseOfferings;

/** Adds a section; the schedule shows it at once, and no longer if the gateway refuses. */
export function useAdd() {
  const add = useMutation(addUserCourseOffering);
  return (section: Doc<"courseOfferings">) => {
    const pending = pendingEntry(section);
    return add.withOptimisticUpdate((store) => {
      const schedule = store.getQuery(getUserCourseOfferings);
      if (schedule) store.setQuery(getUserCourseOfferings, {}, [...schedule, pending]);
    })({ classNumber: section.classNumber });
  };
}

/** Removes an entry; the schedule is without it at once. */
export function useRemove() {
  const remove = useMutation(removeUserCourseOffering);
  return ({ _id }: Entry) =>
    remove.withOptimisticUpdate((store, { id }) => {
      const schedule = store.getQuery(getUserCourseOfferings);
      const rest = schedule?.filter((entry) => entry._id !== id);
      store.setQuery(getUserCourseOfferings, {}, rest);
    })({ id: _id });
}
