"""What the gateway counts, for /metrics and for tests that count instead of guessing."""

from prometheus_client import Counter, Gauge, Histogram

sessions = Gauge("albertplus_gateway_sessions", "Live streams that are open.")
queries = Gauge("albertplus_gateway_live_queries", "Queries being watched, over all streams.")
runs = Counter("albertplus_gateway_runs", "Runs of live queries.", ["method"])
unchanged = Counter(
    "albertplus_gateway_runs_unchanged", "Runs whose result was the one known before.", ["method"]
)
updates = Counter("albertplus_gateway_updates", "Updates sent to live streams.")
results = Counter("albertplus_gateway_results", "Results in those updates.")
changes = Counter("albertplus_gateway_changes", "Committed changes heard of.", ["service", "source"])
repairs = Counter(
    "albertplus_gateway_repairs", "Times a service was asked what the broker may have lost.", ["service"]
)
unreadable_bundles = Counter(
    "albertplus_gateway_unreadable_bundles", "Broker messages that could not be read."
)
mutations = Counter("albertplus_gateway_mutations", "Mutations through live streams.", ["method", "code"])
mutation_retries = Counter(
    "albertplus_gateway_mutation_retries", "Repeats of mutations whose outcome was not known."
)
forwarded = Counter("albertplus_gateway_forwarded", "Unary calls forwarded.", ["method", "code"])
forward_seconds = Histogram(
    "albertplus_gateway_forward_seconds",
    "How long forwarded calls took.",
    ["method"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
functions = Counter("albertplus_gateway_functions", "Runs of functions.", ["function", "outcome"])
webhooks = Counter("albertplus_gateway_webhooks", "Webhooks of the sign-in provider.", ["outcome"])
