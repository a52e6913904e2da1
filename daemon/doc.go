// Package daemon keeps importing: it supervises everything that runs until it is stopped.
//
//	config ─▶ session of each store ─▶ worker ─▶ pipeline
//	web: /metrics, /healthz, /readyz, /inboxes ─ask▶ sessions
//
// A Daemon has what lives as long as the process: the pages, the metrics, the watchdog. A session has what lives as long as one configuration, for one
// store: the store itself, the watcher, the worker, the sender of notifications. A reload ends the sessions and begins the next.
//
// It does not read configuration files (daemon/config), open stores (daemon/assembly), or know how a workbook is imported (pipeline).
//
// # Why each store has a session of its own
//
// Stores are different databases, often of different customers. One that does not answer, is paused or has a file that takes an hour must not keep the
// others waiting, and nothing of one may be seen in another. So they share the process and its memory, the pages and the metrics, and nothing else;
// everything below a session knows one store only.
//
// # Why the pages are served before the stores are open
//
// A store that is down is waited for. Monitoring has to see that inlet runs, and what it waits for.
//
// # Why a reload is a stop and a start
//
// A stop at any point is safe, because the next start continues what was interrupted. So a change of the configuration, such as a store more, needs no
// code of its own.
package daemon
