// Package notify sends what people and programs are to know of an import that has ended: by mail, in Swedish or English, and by webhook, as JSON or
// as a message to Slack or Teams. It sends a notice once; package delivery takes the notifications from the store's outbox, and tries again.
//
// It does not decide who is notified of what: the pipeline adds notifications to the outbox.
//
// # Rules
//
//   - Text from a workbook is not trusted: names, values and reasons are kept on one line, cannot change the writing direction, are truncated, and are
//     escaped by html/template in HTML. The only headers with such text are Subject and the name of the attachment.
//   - No error contains a secret: not the password, not the path or query of a webhook's URL, not the key of the signature. What a mail server answers
//     is shown truncated and without the password; of a webhook's answer only the status is shown.
//   - Secrets are read for each send, so that a changed file counts at once. Therefore a rejected password is not permanent.
//   - A send takes at most 30 seconds.
//   - The mail has text and HTML, no pictures and nothing that tracks reading, and asks that no program answers it.
//   - A repeat of the same notice has the same Message-ID or Inlet-Id, so that the receiver can ignore it.
//
// # Why no opportunistic TLS
//
// A password and names of customers are sent. With "starttls" and "tls" a server without TLS, or with an invalid certificate, is an error; "none" is
// allowed for this host only.
//
// # Why a mail that is too large is sent again without the workbook
//
// The counts and the reasons have to arrive, and the limits of mail servers differ: 10 MB is common, and base64 adds a third.
//
// # The webhook's JSON
//
// The names are those of the summary of `inlet import --json`; code, why, parent, duplicate_of, ended and
// page are left out if empty:
//
//	{"type":"import","id":"k3vq7ra2mxce-1","inbox":"kunder","workbook":"kunder.xlsx",
//	 "state":"done|refused|held|duplicate","code":"cap","why":"…","rows":17,"blank_rows":2,
//	 "account":{"created":12,"updated":3,"unchanged":0,"skipped":0,"rejected":2,"parked":0},"contact":{…},
//	 "problems":{"INVALID":2},"began":"2026-10-25T08:00:00Z","ended":"2026-10-25T08:00:03Z","parent":"…","duplicate_of":"…","page":"https://…",
//	 "left_out":{"footer":3},"above":2,"hidden_rows":0,
//	 "unread_columns":[{"sheet":"Kunder","column":"C","heading":"Status","filled":17}],"unread_sheets":[{"sheet":"Fler","known_headings":4}]}
//
// It is sent by POST. A status from 200 to 299 means that it was accepted. A redirect is not followed: it would send the notice, with the names of
// customers, to an address that is not configured. The request has these headers:
//
//	Inlet-Id: the same for each repeat of this notice
//	Inlet-Timestamp: seconds since 1970, of this attempt
//	Inlet-Signature: v1=HEX, the HMAC-SHA256 of timestamp "." id "." body, if the webhook has a key
//
// The receiver should compute the HMAC of the body as it arrived, compare in constant time, and reject a timestamp that is more than some minutes
// old; see the example.
package notify
