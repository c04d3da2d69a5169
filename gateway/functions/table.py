"""All functions that AlbertPlus's frontends can call, one line each."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.functions import catalog, offerings, schedule, scraper, settings, students, user_courses
from gateway.functions import contracts as c
from gateway.functions.function import Access, Body, Function, FunctionTable, Kind
from gateway.functions.validators import BOOLEAN, NULL, STRING, Id, Validator, nullable

PUBLIC, ADMIN = Access.ANYONE, Access.ADMIN
OWN = "own"
"""For signed-in callers, and about what is theirs."""


class Line:
    """A function without its module's name."""

    def __init__(
        self, kind: Kind, name: str, args: Validator, returns: Validator, run: Body, who: Access | str
    ) -> None:
        self.kind, self.name, self.args, self.returns, self.run = kind, name, args, returns, run
        self.personal = who == OWN
        self.access = who if isinstance(who, Access) else Access.SIGNED_IN

    def of(self, module: str) -> Function:
        """The function of a module."""
        return Function(
            name=f"{module}:{self.name}",
            kind=self.kind,
            access=self.access,
            args=self.args,
            returns=self.returns,
            run=self.run,
            doc=" ".join((self.run.__doc__ or "").split()),
            personal=self.personal,
        )


def module(name: str, *lines: Line) -> Iterator[Function]:
    """The functions of a module."""
    return (line.of(name) for line in lines)


def query(
    name: str, args: Validator, returns: Validator, run: Body, who: Access | str = Access.SIGNED_IN
) -> Line:
    """A function that only reads."""
    return Line(Kind.QUERY, name, args, returns, run, who)


def mutation(name: str, args: Validator, returns: Validator, run: Body, who: Access | str = OWN) -> Line:
    """A function that changes something."""
    return Line(Kind.MUTATION, name, args, returns, run, who)


def action(name: str, args: Validator, returns: Validator, run: Body, who: Access | str = ADMIN) -> Line:
    """A function that does something elsewhere."""
    return Line(Kind.ACTION, name, args, returns, run, who)


# fmt: off
FUNCTIONS = FunctionTable((
    *module("appConfigs",
        query("getAppConfig", c.KEY, nullable(STRING), settings.get),
        query("getAllAppConfigs", c.NOTHING, c.SETTINGS, settings.get_all),
        mutation("setAppConfig", c.SETTING, Id("appConfigs"), settings.set_, ADMIN),
        mutation("removeAppConfig", c.KEY, BOOLEAN, settings.remove, ADMIN)),
    *module("schools",
        query("getSchools", c.NOTHING, c.SCHOOLS, catalog.schools, PUBLIC),
        query("getSchoolByNameAndLevel", c.SCHOOL_KEY, c.A_SCHOOL, catalog.school_by_key, PUBLIC)),
    *module("programs",
        query("getProgramById", c.by_id("programs"), c.A_PROGRAM, catalog.program_by_id),
        query("getProgramByName", c.by("name"), c.A_PROGRAM, catalog.program_by_name),
        query("getPrograms", c.PROGRAMS_PAGE, c.PROGRAMS, catalog.programs)),
    *module("courses",
        query("getCourseById", c.by_id("courses"), c.A_COURSE, catalog.course_by_id),
        query("getCourseByCode", c.by("code"), c.A_COURSE, catalog.course_by_code),
        query("getCourses", c.COURSES_PAGE, c.COURSE_PAGE, catalog.courses)),
    *module("courseOfferings",
        query("getCourseOfferingById", c.by_id("courseOfferings"), c.A_SECTION, offerings.by_id),
        query("getCourseOfferingsByCourseCodes", c.COURSES_OF_TERM, c.SECTIONS, offerings.by_courses),
        query("getCourseOfferingByClassNumber", c.SECTION, c.A_SECTION, offerings.by_class_number),
        query("getCorequisitesByCourseCode", c.SECTION, c.SECTIONS, offerings.corequisites),
        query("getCourseOfferings", c.SECTIONS_PAGE, c.SECTION_PAGE, offerings.page)),
    *module("students",
        query("getCurrentStudent", c.NOTHING, c.A_STUDENT, students.current, OWN),
        mutation("upsertCurrentStudent", c.PROFILE, Id("students"), students.upsert),
        mutation("updateCurrentStudent", c.PROFILE.partial(), Id("students"), students.update)),
    *module("studentInvites",
        mutation("createInvite", c.INVITE, Id("studentInvites"), students.invite),
        query("getCurrentUserInvite", c.NOTHING, c.AN_INVITE, students.current_invite, OWN)),
    *module("userCourses",
        query("getUserCourses", c.NOTHING, c.USER_COURSES, user_courses.list_, OWN),
        mutation("createUserCourse", c.COURSE, Id("userCourses"), user_courses.create),
        mutation("updateUserCourse", c.COURSE_CHANGES, NULL, user_courses.update),
        mutation("deleteUserCourse", c.by_id("userCourses"), NULL, user_courses.delete),
        mutation("importUserCourses", c.COURSES, c.IMPORTED, user_courses.import_)),
    *module("userCourseOfferings",
        query("getUserCourseOfferings", c.NOTHING, c.ENTRIES, schedule.list_, OWN),
        query("getScheduleCourseOfferings", c.NOTHING, c.ENTRIES, schedule.main, OWN),
        mutation("addUserCourseOffering", c.ADDED_SECTION, Id("userCourseOfferings"), schedule.add),
        mutation("updateUserCourseOffering", c.CHANGED_SECTION, NULL, schedule.update),
        mutation("removeUserCourseOffering", c.by_id("userCourseOfferings"), NULL, schedule.remove),
        mutation("swapWithAlternative", c.ALTERNATIVE, NULL, schedule.swap),
        query("getAlternativeCourses", c.MAIN_ENTRY, c.ENTRIES, schedule.alternatives, OWN),
        query("getCourseOfferingsByClassNumbers", c.CLASS_NUMBERS, c.MAYBE_SECTIONS, offerings.by_numbers)),
    *module("scraper",
        action("triggerMajorsScraping", c.NOTHING, c.JOB, scraper.trigger_programs),
        action("triggerCoursesScraping", c.NOTHING, c.JOB, scraper.trigger_courses)),
))
# fmt: on
