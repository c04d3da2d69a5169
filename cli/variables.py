"""All environment variables with our prefix that anything reads, so that a misspelt one is noticed."""

from __future__ import annotations

from cli.errors import CommandError

SETTINGS_PAGE = "docs/reference/settings.md"
COMMAND_LINE = frozenset(
    f"ALBERTPLUS_{name}"
    for name in (
        *("DATABASE_URL", "DEBUG", "GATEWAY", "HOME", "ISSUER_PORT", "NATS_BIN", "PG_BIN", "PORT"),
        *("READY_FILE", "TOKEN"),
    )
)
"""What commands and the local sign-in read, beside the settings of the processes."""


def refuse_unknown() -> None:
    """Raises CommandError when the environment has a variable of ours that no process and no command reads.

    One environment may serve several processes, so what any of them reads is known.
    """
    from runtime import settings
    from services.planner.settings import PlannerSettings

    known = COMMAND_LINE | settings.variables(PlannerSettings)
    if not settings.unknown(known):
        return  # what comes next takes a while to load, and services have no use for it
    from gateway.settings import GatewaySettings

    try:
        settings.refuse_unknown(known | settings.variables(GatewaySettings))
    except settings.SettingsError as error:
        raise wrong_settings(error) from error


def wrong_settings(error: ValueError, process: str = "") -> CommandError:
    """The same error as one message, with where to read on."""
    head, *lines = str(error).splitlines()
    return CommandError(
        f"{process}: {head}" if process else head,
        details="\n".join(line.strip() for line in lines),
        hint=f"all settings are in {SETTINGS_PAGE}",
    )
