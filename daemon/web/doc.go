// Package web serves what people and machines look at: the pages, the metrics, liveness and readiness.
//
// It puts together the guard (access) and the pages, and has the server with its TLS. It knows neither the configuration nor the store: the daemon
// gives it what they read and do.
//
// # Why the web configuration is read with each request
//
// A file that no longer asks for a login must not open the pages of a public address to everyone until the next restart.
//
// # Why passwords are not checked by Prometheus's toolkit
//
// It answers 401 before a page to log in, a probe or a session is looked at. Its file is read all the same, so that one form serves exporters and
// inlet.
package web
