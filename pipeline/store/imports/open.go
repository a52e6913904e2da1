package imports

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"inlet.example/inlet/pipeline/store/engine"
)

// openImports is the document with the imports that have begun and not ended, or have ended and are not archived.
type openImports struct {
	Imports []string `json:"imports"`
}

// openList is that list. An import whose file is archived is taken off it when it is next written: one name too many does no harm.
type openList struct {
	docs engine.Documents

	mu   sync.Mutex
	left map[string]bool // imports that are on the list and will never be open again
}

// list returns the imports that are open.
func (o *openList) list(ctx context.Context) ([]string, error) {
	var open openImports
	_, err := engine.LoadInto(ctx, o.docs, engine.Meta, openID, &open)
	if err == nil {
		o.forget(open.Imports)
	}
	return o.without(open.Imports), err
}

// forget forgets imports that have been taken off the list.
func (o *openList) forget(listed []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for id := range o.left {
		if !slices.Contains(listed, id) {
			delete(o.left, id)
		}
	}
}

func (o *openList) without(ids []string) []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.DeleteFunc(ids, func(id string) bool { return o.left[id] })
}

// hasRun reports whether an import of a workbook is open, other than one that is only reserved.
func (o *openList) hasRun(ctx context.Context, base, reserved string) (bool, error) {
	ids, err := o.list(ctx)
	return slices.ContainsFunc(ids, func(id string) bool { return id != reserved && strings.HasPrefix(id, base+"-") }), err
}

// leave notes that an import has ended for good and its file is archived, or that it was never inserted.
func (o *openList) leave(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.left == nil {
		o.left = map[string]bool{}
	}
	o.left[id] = true
}

func (o *openList) stay(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.left, id)
}

// edit puts an import on the list, or takes it off, and takes off those that have left it.
func (o *openList) edit(id string, is bool) engine.Edit {
	if is {
		o.stay(id)
	}
	return engine.EditOf(openID, func(open *openImports) bool {
		listed := slices.Contains(open.Imports, id)
		if listed == is {
			return false
		}
		if open.Imports = o.without(open.Imports); is {
			open.Imports = append(open.Imports, id)
		} else {
			open.Imports = slices.DeleteFunc(open.Imports, func(other string) bool { return other == id })
		}
		return true
	})
}

// lastWritten is the document of the import that this process wrote last.
type lastWritten struct {
	mu  sync.Mutex
	doc engine.Doc
	at  time.Time
}

func (w *lastWritten) set(doc engine.Doc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.doc, w.at = doc, time.Now()
}

func (w *lastWritten) forget() { w.set(engine.Doc{}) }

// recent returns the document of an import if it was written so short a time ago.
func (w *lastWritten) recent(id string, moment time.Duration) (engine.Doc, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.doc.ID != id || time.Since(w.at) > moment {
		return engine.Doc{}, false
	}
	return w.doc, true
}
