package engine_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/enginetest"
)

type counter struct {
	N int `json:"n"`
}

func value(t *testing.T, docs engine.Documents, id string) int {
	t.Helper()
	var c counter
	if _, err := engine.LoadInto(t.Context(), docs, engine.Meta, id, &c); err != nil {
		t.Fatal(err)
	}
	return c.N
}

// TestUpdateAll: every change is made once, also where another process writes one of the documents meanwhile.
func TestUpdateAll(t *testing.T) {
	docs := &enginetest.Documents{}
	up := func(c *counter) bool { c.N++; return true }
	same := func(*counter) bool { return false }
	var calls []string
	disturb := ""
	docs.Before = func(call string) error {
		calls = append(calls, call)
		if id := disturb; call == "write all meta" && id != "" {
			disturb = ""
			if _, err := engine.Update(t.Context(), docs, engine.Meta, id, func(c *counter) { c.N += 10 }); err != nil {
				t.Error(err)
			}
			calls = []string{call}
		}
		return nil
	}
	all := []engine.Edit{engine.EditOf("a", up), engine.EditOf("b", same), engine.EditOf("c", up), engine.EditOf("d", up)}
	update := func(edits ...engine.Edit) {
		t.Helper()
		calls = nil
		if err := engine.UpdateAll(t.Context(), docs, engine.Meta, edits...); err != nil {
			t.Fatal(err)
		}
	}
	values := func(want ...int) {
		t.Helper()
		is := []int{value(t, docs, "a"), value(t, docs, "b"), value(t, docs, "c"), value(t, docs, "d")}
		if !slices.Equal(is, want) {
			t.Errorf("the values are %v, not %v", is, want)
		}
	}
	update(all...)
	values(1, 0, 1, 1)
	disturb = "a"
	update(all...)
	values(12, 0, 2, 2)
	disturb = "c"
	update(all...)
	values(13, 0, 13, 3)
	disturb = "d"
	update(all...)
	values(14, 0, 14, 14)
	update(engine.EditOf("a", same))
	if slices.Contains(calls, "write all meta") {
		t.Errorf("nothing is changed with %v", calls)
	}
	lost := errors.New("the answer is lost")
	docs.After = func(call string) error {
		if call == "write all meta" {
			return lost
		}
		return nil
	}
	if err := engine.UpdateAll(t.Context(), docs, engine.Meta, all...); !errors.Is(err, lost) {
		t.Errorf("with a lost answer: %v", err)
	}
}

func TestEditOfWhatCannotBeRead(t *testing.T) {
	docs := &enginetest.Documents{}
	if _, err := docs.Insert(t.Context(), engine.Meta, engine.Doc{ID: "a", Order: "a", Body: []byte(`{"n":"many"}`)}); err != nil {
		t.Fatal(err)
	}
	err := engine.UpdateAll(t.Context(), docs, engine.Meta, engine.EditOf("a", func(c *counter) bool { return true }))
	if _, is := errors.AsType[*json.UnmarshalTypeError](err); !is {
		t.Errorf("it gives %v", err)
	}
}
