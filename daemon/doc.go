// Package daemon keeps importing: it supervises everything that runs until it is stopped.
//
//	watcher ─Arrival▶ worker ─Job▶ pipeline ─Report▶ metrics, log
//	web: /metrics, /healthz, /readyz, /inboxes
//
// A Daemon has what lives as long as the process: the pages, the metrics, the watchdog. A session has what lives as long as one configuration: the
// store, the watcher, the worker, the sender of notifications. A reload ends one session and begins the next.
//
// It does not read configuration files (daemon/config), open stores (daemon/assembly), or know how a workbook is imported (pipeline).
//
// # Why there is one worker
//
// Imports are first in, first out, and a store has one import applied at a time: a second worker would only wait for the first.
//
// # Why the worker goes on after an error that it does not understand
//
// An error of the store, the disk or the permissions is waited for, because the next import would meet it too. If the folders of one inbox are at
// fault, only that inbox waits (backlog). Any other error is retried a few times; then the arrival is quarantined and the next ones are imported.
//
// # Why the pages are served before the store is open
//
// A store that is down is waited for. Monitoring has to see that inlet runs, and what it waits for.
//
// # Why a reload is a stop and a start
//
// A stop at any point is safe, because the next start continues what was interrupted. So a change of the configuration needs no code of its own.
package daemon
