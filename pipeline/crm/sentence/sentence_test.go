package sentence

import (
	"testing"

	"inlet.example/inlet/pipeline/crm"
)

func TestAbout(t *testing.T) {
	const about = "{a kind}, {kinds}, {kind}: [%s], in {parent}, {where: {kind}}; a {kind}{in the parent} needs {required}, else {an identifier}, the {identifier}"
	for kind, want := range map[crm.Kind]string{
		crm.Account: "an account, accounts, account: [%s], in , {where: account}; a account needs a name, else an org number, the org number",
		crm.Contact: "a contact, contacts, contact: [%s], in account, {where: contact}; a contact in the account needs a name or an e-mail address, else an e-mail address, the e-mail address",
	} {
		if got := About(kind, about); got != want {
			t.Errorf("%s: %q, not %q", kind, got, want)
		}
	}
}
