// Package web serves the pages that people and machines look at: what waits in the inboxes, the metrics, liveness and readiness.
//
// It knows neither the configuration nor the store: the daemon gives it the metrics as a handler and two functions that it calls with each
// request.
//
// # Why the web configuration is read with each request
//
// A file that no longer asks for a login must not open the pages of a public address to everyone until the next restart.
//
// # Why the start page is plain text
//
// It shows names of files. Whoever can write into an inbox chooses them, and they must not be taken for HTML.
package web
