// Package access decides who may ask the pages for what: it knows the person of a request by a session, a password or a certificate, and refuses
// requests that a page of another site, or a name that is not ours, has a hand in.
//
// It draws no page and reads nothing of imports. Passwords are the bcrypt hashes of the web configuration, which is read again with each login, so
// that a person whose name is removed is logged out at once.
//
// # Why a Host list even without a login
//
// A page of another site may let its own name resolve to 127.0.0.1, and the reader's browser then asks this daemon in that name (DNS rebinding). A
// name that is not listed is answered 421, before anything else is looked at.
//
// # Why a token has verbs and no role
//
// A role lets a person look at every page. A program does one thing in one inbox, and its token is in a file of another host.
//
// # Why sessions are kept in memory only
//
// Whoever can read the database must not be able to impersonate a user. After a restart all users log in again.
package access
