package sentence

import (
	"testing"

	"inlet.example/inlet/pipeline/crm"
)

func TestAbout(t *testing.T) {
	const about = "{a kind}, {kinds}, {kind}: [%s], in {parent}, {where: {kind}}"
	for kind, want := range map[crm.Kind]string{
		crm.Account: "an account, accounts, account: [%s], in , {where: account}",
		crm.Contact: "a contact, contacts, contact: [%s], in account, {where: contact}",
	} {
		if got := About(kind, about); got != want {
			t.Errorf("%s: %q, not %q", kind, got, want)
		}
	}
}
