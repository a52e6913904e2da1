package crm

import "testing"

// TestKindsStandBehindTheirParents: the store writes them in this order, and removes them in the other.
func TestKindsStandBehindTheirParents(t *testing.T) {
	for i, kind := range Kinds {
		if kind.Number() != i {
			t.Errorf("%s is described as number %d, and is number %d of Kinds", kind, kind.Number(), i)
		}
		if (kind.Parent() == "") != (kind.ParentField() == "") {
			t.Errorf("%s has the parent %q in the field %q", kind, kind.Parent(), kind.ParentField())
		}
		if parent := kind.Parent(); parent != "" && parent.Number() >= i {
			t.Errorf("%s stands before its parent %s", kind, parent)
		}
	}
}

// TestParentField: stored contacts have the ID of their account under this name.
func TestParentField(t *testing.T) {
	if Account.ParentField() != "" || Contact.ParentField() != "account_id" {
		t.Errorf("%q, %q", Account.ParentField(), Contact.ParentField())
	}
}
