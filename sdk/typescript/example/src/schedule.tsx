import { useQuery } from "convex/react";
import { api } from "../../convex/_generated/api";
import { useRemove } from "./changes";
import { isPending, type Entry } from "./entries";
import { Failure, useFailure } from "./failure";
import { Section } from "./section";

/** The caller's schedule, always as it is now. */
export function Schedule() {
  const schedule = useQuery(api.userCourseOfferings.getUserCourseOfferings);
  return (
    <section className="card" aria-label="Schedule">
      <h2>Schedule</h2>
      {schedule === undefined && <p className="hint">Loading…</p>}
      {schedule?.length === 0 && <p className="hint">Nothing yet. Add a section from the search.</p>}
      <ul>
        {schedule?.map((entry) => (
          <Row key={entry.classNumber} entry={entry} />
        ))}
      </ul>
    </section>
  );
}

function Row({ entry }: { entry: Entry }) {
  const remove = useRemove();
  const [failure, attempt] = useFailure();
  const pending = isPending(entry);
  return (
    <li aria-busy={pending}>
      <Section section={entry.courseOffering} />
      <button disabled={pending} onClick={() => attempt(remove(entry))}>
        Remove
      </button>
      <Failure text={failure} />
    </li>
  );
}
