"""Numbers for Prometheus. Labels come from closed sets: no ids, no operation names that clients make up."""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)

from gateway.observability.tallies import Distribution, Tally

__all__ = ["Metrics"]

KEYS = (1, 2, 5, 10, 20, 50, 100)
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The counters of one application, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        self.requests = Tally(
            "gateway_requests", "Requests by route and status.", ["route", "method", "status"], self.registry
        )
        self.request_seconds = Distribution(
            "gateway_request_seconds", "Time to the last byte.", "route", SECONDS, self.registry
        )
        self.operations = Tally(
            "gateway_operations", "GraphQL operations by type and outcome.", ["type", "outcome"], self.registry
        )
        self.fallbacks = Counter(
            "gateway_execution_fallbacks",
            "Operations that were interpreted instead of compiled, by reason.",
            ["reason"],
            registry=self.registry,
        )
        self.errors = Counter("gateway_errors", "Errors told to clients, by code.", ["code"], registry=self.registry)
        self.documents = Tally(
            "gateway_documents",
            "Documents asked for by text or id, by what came of it.",
            ["form", "verdict"],
            self.registry,
        )
        self.trusted_documents = Gauge(
            "gateway_trusted_documents", "Different documents on the lists in use.", registry=self.registry
        )
        self.automatic_bytes = Gauge(
            "gateway_automatic_document_bytes", "Documents that clients left by hash.", registry=self.registry
        )
        self.manifest_reloads = Counter(
            "gateway_manifest_reloads",
            "Times the lists of documents were read again.",
            ["result"],
            registry=self.registry,
        )
        self.source_calls = Counter(
            "gateway_source_calls",
            "Calls of the legacy systems.",
            ["source", "operation", "outcome"],
            registry=self.registry,
        )
        self.source_call_seconds = Histogram(
            "gateway_source_call_seconds",
            "Time of calls of the legacy systems.",
            ["source", "operation"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.garbled = Counter(
            "gateway_garbled",
            "Answers, or items of them, that break a legacy system's contract.",
            ["source", "operation"],
            registry=self.registry,
        )
        self.cache_answers = Counter(
            "gateway_cache_answers",
            "Keys answered by cached reads: fresh, stale, computed, waited for, rescued by an old value, error.",
            ["read", "outcome"],
            registry=self.registry,
        )
        self.cache_computations = Counter(
            "gateway_cache_computations",
            "Computations of this process for cached reads, by what came of them.",
            ["read", "verdict"],
            registry=self.registry,
        )
        self.cache_revalidations = Counter(
            "gateway_cache_revalidations",
            "Background computations begun for stale entries.",
            ["read"],
            registry=self.registry,
        )
        self.cache_takeovers = Counter(
            "gateway_cache_takeovers",
            "Computations begun because another's lease had run out.",
            ["read"],
            registry=self.registry,
        )
        self.cache_store_reachable = Gauge(
            "gateway_cache_store_reachable",
            "1 while the shared store answers, 0 while it is away.",
            registry=self.registry,
        )
        self.cache_store_reachable.set(1)
        self.cache_failures = Counter(
            "gateway_cache_failures", "Times the cache did not help.", ["read", "failure"], registry=self.registry
        )
        self.breaker_state = Gauge(
            "gateway_breaker_state",
            "State of the circuit breaker of an operation at its latest change: 0 closed, 1 half open, 2 open.",
            ["source", "operation"],
            registry=self.registry,
        )
        self.maintenance = Gauge(
            "gateway_source_maintenance", "1 while a system is closed on purpose.", ["source"], registry=self.registry
        )
        self.source_rejections = Counter(
            "gateway_source_rejections",
            "Calls held back from the legacy systems, by reason.",
            ["source", "operation", "reason"],
            registry=self.registry,
        )
        self.source_queue = Gauge(
            "gateway_source_queue",
            "Calls that wait for their turn at a system.",
            ["source", "lane"],
            registry=self.registry,
        )
        self.retries = Counter("gateway_retries", "Reads asked again.", ["source", "read"], registry=self.registry)
        self.retries_unpaid = Counter(
            "gateway_retries_unpaid",
            "Reads not asked again because the system has had its share of retries.",
            ["source", "read"],
            registry=self.registry,
        )
        self.batch_keys = Histogram(
            "gateway_batch_keys",
            "Keys of one call of a read, of all requests that share it.",
            ["read"],
            buckets=KEYS,
            registry=self.registry,
        )
        self.joined_keys = Counter(
            "gateway_joined_keys",
            "Keys not asked again because they were on their way for another request.",
            ["read"],
            registry=self.registry,
        )
        self.bisections = Counter(
            "gateway_bisections",
            "Calls that one of their keys may have failed, by what came of asking again in halves.",
            ["read", "result"],
            registry=self.registry,
        )
        self.messages = Counter(
            "gateway_messages",
            "Messages to people by kind and outcome: sent, unavailable (worth a retry), refused.",
            ["kind", "outcome"],
            registry=self.registry,
        )
        self.payments_stopped = Counter(
            "gateway_payments_stopped", "Payments that a person has to look at.", ["failure"], registry=self.registry
        )
        self.renewal_offers = Counter(
            "gateway_renewal_offers",
            "Offers to renew a policy, by the state that they came to.",
            ["state"],
            registry=self.registry,
        )
        self.commands = Counter(
            "gateway_commands_tried",
            "Tries to have a system do what was accepted",
            ["kind", "outcome"],
            registry=self.registry,
        )
        self.commands_waiting = Gauge(
            "gateway_commands_waiting", "Commands that the systems are still to do.", ["kind"], registry=self.registry
        )
        self.commands_dead = Gauge(
            "gateway_commands_dead", "Commands that wait for an operator.", ["kind"], registry=self.registry
        )
        self.commands_oldest = Gauge(
            "gateway_commands_oldest_seconds",
            "How long the oldest command has waited; 0 where none does.",
            ["kind"],
            registry=self.registry,
        )
        self.outbox = Counter(
            "gateway_outbox_messages",
            "Tries to send a message, by template and by what came of it: sent, later, dead.",
            ["template", "outcome"],
            registry=self.registry,
        )
        self.acquirer_calls = Counter(
            "gateway_acquirer_calls",
            "Questions to the acquirer's server, by outcome: answered, refused, unavailable, garbled.",
            ["operation", "outcome"],
            registry=self.registry,
        )
        self.acquirer_callbacks = Counter(
            "gateway_acquirer_callbacks",
            "Callbacks of the acquirer, by outcome: taken, forged, malformed, not_kept.",
            ["outcome"],
            registry=self.registry,
        )
        self.purged_rows = Counter(
            "gateway_purged_rows", "Rows of the database removed after their time.", ["table"], registry=self.registry
        )
