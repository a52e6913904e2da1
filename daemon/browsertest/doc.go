// Package browsertest opens the pages of a daemon in a real browser: Chromium as Debian has it. Where there is none its tests are skipped, and say so.
//
// axe-core, which checks what a page is for people who do not see it or use no mouse, lies in testdata with its licenses.
package browsertest
