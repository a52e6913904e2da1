// Package pages draws the pages that people look at, from what its small interfaces give it.
//
// It has no powers of its own: what it shows it reads by Reader and Status, and what it does it asks of Control, all of which the daemon gives it.
// It knows neither the configuration nor the store, and opens no file by a path of its own.
//
// # Why html/template and one set of templates per language
//
// Names of files, headings and cells are chosen by whoever can drop a file. html/template escapes them wherever they stand. The words of a page are
// looked up while it is drawn, so a set is made for each language, and a test walks the templates and requires the Swedish of every text.
//
// # Why the live parts are polled
//
// A browser opens six connections to a host over HTTP/1.1. Six pages with an open stream of events would block every further request of that browser.
package pages
