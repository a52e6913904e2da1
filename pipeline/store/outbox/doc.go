// Package outbox keeps the notifications that are to be sent about imports. It sends none: that is daemon/notify.
//
// # Why a notification is never deleted
//
// Its document stays as the record of what was sent, and keeps an import that is resumed from notifying the same people once more: Add leaves an
// ID that is there alone. Notifications are numbered, and a watermark says up to which number all are done with, so that a long history costs
// nothing.
package outbox
