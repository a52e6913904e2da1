// Package winservice makes inlet a service of Windows: the commands service install and service remove, and what `inlet run` does when the service manager
// of Windows has started it.
//
// # Rules
//
//   - The service runs `inlet run --config FILE` with absolute paths: its working directory is that of Windows.
//   - It is reported as running when its pages are served. A daemon that ends before has failed to start, and `net start` says so.
//   - After a request to stop, it has ended within ten seconds. An import that takes longer to finish its batch is cut off, as by a crash, and continues
//     with the next start.
//   - Warnings, errors, the start and the stop are in the event log. All lines are in a log file beside the configuration; where that cannot be written,
//     they are all in the event log.
//
// # Why a logoff does not stop it
//
// Windows sends each process a signal when a person logs off, services too. So the daemon of a service obeys the service manager alone.
//
// # Why remove looks at what a service runs
//
// `inlet service remove --name Spooler` would otherwise remove the service that prints.
package winservice
