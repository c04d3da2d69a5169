import { ConvexError } from "convex/values";
import { useState } from "react";

/** Runs a change; the first value says why the last one was refused. */
export function useFailure(): [string | undefined, (change: Promise<unknown>) => void] {
  const [failure, setFailure] = useState<string>();
  const attempt = (change: Promise<unknown>) => {
    setFailure(undefined);
    change.catch((error: unknown) => setFailure(reason(error)));
  };
  return [failure, attempt];
}

export function Failure({ text }: { text: string | undefined }) {
  return text === undefined ? null : <p role="alert">{text}</p>;
}

/** Refusals are ConvexErrors: a text, or the class numbers that take the same time. */
function reason(error: unknown): string {
  if (!(error instanceof ConvexError)) return "That did not work.";
  if (typeof error.data === "string") return error.data;
  const { conflictingClassNumbers } = error.data as { conflictingClassNumbers: number[] };
  return `It takes the time of ${conflictingClassNumbers.join(", ")}.`;
}
