package ledger

import "inlet.example/inlet/pipeline/crm"

// Apply determines which accounts get the default account manager (section 8).
type Apply string

// Which accounts get the default account manager.
const (
	ApplyNewAndEmpty Apply = "new_and_empty"
	ApplyNew         Apply = "new"
	ApplyAll         Apply = "all"
)

// Defaults are values that an import sets without a column (R15).
type Defaults struct {
	Manager crm.Value // of accounts; a filled cell wins over it
	ApplyTo Apply
	Add     map[crm.Kind]crm.Values // lists to be added to: campaigns, categories
}
