package config

// Kinds is what the configuration says about each kind of record, under its name. A kind is added here, and what is said about it in the schema; all other
// code goes by All and Of.
type Kinds[T any] struct {
	Account T `yaml:"account"`
	Contact T `yaml:"contact"`
}

// KindNames are the names of the kinds, which are those of the pipeline in the same order.
var KindNames = [...]string{"account", "contact"}

// usualMatch is what records are recognised by when a workbook comes with no mapping.
var usualMatch = Kinds[[]string]{Account: []string{"name", "zip"}, Contact: []string{"email"}}

// Of returns what is said about a kind. It panics for an unknown one.
func (k *Kinds[T]) Of(kind string) *T {
	switch kind {
	case "account":
		return &k.Account
	case "contact":
		return &k.Contact
	}
	panic("there is no kind " + kind)
}

// Each returns the same for all kinds.
func Each[T any](t T) (all Kinds[T]) {
	for _, kind := range KindNames {
		*all.Of(kind) = t
	}
	return all
}

// ParentOf returns the kind that the records of a kind belong to; "" if they belong to none.
func ParentOf(kind string) string {
	if kind == "contact" {
		return "account"
	}
	return ""
}
