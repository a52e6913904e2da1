package crm

// Pair is one field of a record with its value.
type Pair struct {
	Field string // without the kind: "zip", "custom.level"
	Value Value
}

// Values are the fields that a record has, each once, in the order they were set.
type Values []Pair

// Of returns the value of a field; absent if the record does not have it.
func (vs Values) Of(field string) Value {
	for i := range vs {
		if vs[i].Field == field {
			return vs[i].Value
		}
	}
	return Value{}
}

// Set sets a field; an absent value removes it.
func (vs *Values) Set(field string, v Value) {
	for i := range *vs {
		if (*vs)[i].Field != field {
			continue
		}
		if v.Absent() {
			*vs = append((*vs)[:i], (*vs)[i+1:]...)
			return
		}
		(*vs)[i].Value = v
		return
	}
	if !v.Absent() {
		*vs = append(*vs, Pair{field, v})
	}
}

// Clone returns an independent copy.
func (vs Values) Clone() Values {
	return append(make(Values, 0, len(vs)+2), vs...)
}

// Equal reports whether both have the same fields with the same values, in any order.
func (vs Values) Equal(other Values) bool {
	if len(vs) != len(other) {
		return false
	}
	for _, p := range vs {
		if other.Of(p.Field) != p.Value {
			return false
		}
	}
	return true
}
