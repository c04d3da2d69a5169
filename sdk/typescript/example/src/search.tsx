import { usePaginatedQuery, useQuery } from "convex/react";
import type { FunctionArgs } from "convex/server";
import { useDeferredValue, useState } from "react";
import { api } from "../../convex/_generated/api";
import type { Doc } from "../../convex/_generated/dataModel";
import { useAdd } from "./changes";
import { Failure, useFailure } from "./failure";
import { Section } from "./section";

const { getCourseOfferings } = api.courseOfferings;
type Term = Pick<FunctionArgs<typeof getCourseOfferings>, "term" | "year">;

/** The sections of next term that a query finds. */
export function Search() {
  const [typed, setTyped] = useState("");
  const query = useDeferredValue(typed);
  const term = useNextTerm();
  const { results, status, loadMore } = usePaginatedQuery(
    getCourseOfferings,
    term === undefined ? "skip" : { ...term, query },
    { initialNumItems: 20 },
  );
  return (
    <section className="card" aria-label="Search">
      <h2>{term === undefined ? "Sections" : `Sections in ${term.term} ${term.year}`}</h2>
      <input
        type="search"
        placeholder="Title or course code"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      {status === "Exhausted" && results.length === 0 && <p className="hint">Nothing found.</p>}
      <ul>
        {results.map((section) => (
          <Found key={section._id} section={section} />
        ))}
      </ul>
      {status === "CanLoadMore" && <button onClick={() => loadMore(20)}>More</button>}
    </section>
  );
}

function Found({ section }: { section: Doc<"courseOfferings"> }) {
  const add = useAdd();
  const [failure, attempt] = useFailure();
  return (
    <li>
      <Section section={section} />
      <button onClick={() => attempt(add(section))}>Add</button>
      <Failure text={failure} />
    </li>
  );
}

/** The term that students are registering for, as the administrators have set it. */
function useNextTerm(): Term | undefined {
  const settings = useQuery(api.appConfigs.getAllAppConfigs);
  const value = (key: string) => settings?.find((setting) => setting.key === key)?.value;
  const [term, year] = [value("next_term"), value("next_year")];
  return term && year ? { term: term as Term["term"], year: Number(year) } : undefined;
}
