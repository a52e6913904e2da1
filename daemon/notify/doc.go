// Package notify tells people and programs that an import has ended: by mail, in Swedish or English, and by webhook, as JSON or as a
// message to Slack or Teams. It sends once and says how that went; who calls it keeps what is to be sent and tries again.
//
// # Rules
//
//   - What a workbook holds is a stranger's: names, values and reasons are kept on their line, cannot turn the direction of writing, are
//     cut to a length, and are escaped by html/template in HTML. No header is made of them but Subject and the name of the attachment.
//   - No error holds a secret: not the password, not the path or query of a webhook's URL, not the key that signs. What a server answers
//     is shown cut short, with the password taken out; what a webhook's server answers is not shown, only its status.
//   - Secrets are read anew for each send, so that a changed file counts at once. So a refused password is no Permanent error.
//   - A send takes at most 30 seconds.
//   - The mail has text and HTML, no picture, nothing that tells the sender that it was read, and asks that no machine answers it.
//   - A repeat of the same notice has the same Message-ID or Inlet-Id, so whoever receives it can leave the second one out.
//
// # Why no opportunistic TLS
//
// A password and names of customers pass. With "starttls" and "tls" a server without TLS, or with a certificate that is not its own, is an
// error; "none" goes to this host only.
//
// # Why a mail that is too large is sent once more without the workbook
//
// The counts and the reasons are what must arrive, and mail servers differ in what they take: 10 MB is common, and base64 adds a third.
//
// # The webhook's JSON
//
// The names are those of the summary of `inlet import --json`; code, why, parent, duplicate_of, ended and
// page are left out if there is nothing to say:
//
//	{"type":"import","id":"k3vq7ra2mxce-1","inbox":"kunder","workbook":"kunder.xlsx",
//	 "state":"done|refused|held|duplicate","code":"cap","why":"…","rows":17,"blank_rows":2,
//	 "account":{"created":12,"updated":3,"unchanged":0,"skipped":0,"rejected":2,"parked":0},"contact":{…},
//	 "problems":{"INVALID":2},"began":"2026-10-25T08:00:00Z","ended":"2026-10-25T08:00:03Z","parent":"…","duplicate_of":"…","page":"https://…",
//	 "left_out":{"footer":3},"above":2,"hidden_rows":0,
//	 "unread_columns":[{"sheet":"Kunder","column":"C","heading":"Status","filled":17}],"unread_sheets":[{"sheet":"Fler","known_headings":4}]}
//
// It is sent by POST. Any answer from 200 to 299 says that it was taken. A redirect is not followed: it would take the notice, and with
// it the names of customers, where nobody said that it may go. These headers come with it:
//
//	Inlet-Id: the same for each repeat of this notice
//	Inlet-Timestamp: seconds since 1970, of this try
//	Inlet-Signature: v1=HEX, the HMAC-SHA256 of timestamp "." id "." body, if the webhook has a key
//
// Whoever receives it makes the HMAC of the bytes as they came, compares in constant time, and refuses a timestamp that is more than some
// minutes old: the example shows it.
package notify
