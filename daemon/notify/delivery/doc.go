// Package delivery takes the notifications from the store's outbox, has them sent by mail and webhook, and retries those that fail for a day.
//
// What a notification says and how it travels is in package notify; who is notified of what, the pipeline decides.
//
// # Why several daemons do not send a notification twice
//
// They share the outbox. An attempt is stored before it is made, and the daemon that stores it first sends; the others leave a notification alone as long as
// it keeps changing. No clocks are compared: each daemon measures by its own how long one has been unchanged.
package delivery
