// Package service has the command run: the daemon as a service manager starts it, with its signals and its log.
//
// What the daemon does is in package daemon. Here it gets what only a command line has: the flags that each new reading of the configuration must respect
// too, SIGHUP, and the drives.
package service
