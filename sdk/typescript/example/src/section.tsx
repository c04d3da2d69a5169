import type { Doc } from "../../convex/_generated/dataModel";

/** What a student wants to know of a section. */
export function Section({ section }: { section: Doc<"courseOfferings"> }) {
  const days = section.days.map((day) => day.slice(0, 3)).join(" ");
  const time = section.startTime && `${section.startTime}–${section.endTime}`;
  return (
    <div className="section">
      <strong>{section.title ?? section.courseCode}</strong>
      <span className={`status ${section.status}`}>{section.status}</span>
      <small>
        {section.courseCode} · {section.section} · {section.classNumber}
      </small>
      <small>{[days, time, section.location].filter(Boolean).join(" · ") || "no set time"}</small>
    </div>
  );
}
