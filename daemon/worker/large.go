package worker

import (
	"archive/zip"
	"errors"
	"sync"

	"inlet.example/inlet/pipeline/files"
)

// A workbook is large if more than so many bytes of it have to be read. Smaller ones need some 15 MiB of memory, larger ones up to 250.
const (
	largeFile     = 1 << 20
	largeInflated = 16 << 20 // of an .xlsx
)

// errNoMemory ends an attempt whose workbook has to wait for a large one of another store, while there is something else to do.
var errNoMemory = errors.New("waiting until a large workbook of another store is imported")

// Memory is shared by the workers of a process, so that it needs no more of it than one worker and a little for each other: only one large workbook at
// a time is imported.
type Memory struct {
	mu    sync.Mutex
	taken bool
}

// take reserves the memory for a workbook, and reports whether there is enough. free gives it back.
func (m *Memory) take(workbook string) (free func(), ok bool) {
	if !isLarge(workbook) {
		return func() {}, true
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.taken {
		return nil, false
	}
	m.taken = true
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.taken = false
	}, true
}

// isTaken reports whether a large workbook would have to wait.
func (m *Memory) isTaken() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.taken
}

// isLarge goes by the sizes that a workbook states. One that states too little is refused when it turns out.
func isLarge(workbook string) bool {
	info, err := files.Regular(workbook)
	if err != nil || info.Size() > largeFile {
		return err == nil
	}
	z, err := zip.OpenReader(workbook)
	if err != nil {
		return false // text
	}
	defer z.Close()
	inflated := uint64(0)
	for _, f := range z.File {
		inflated += f.UncompressedSize64
	}
	return inflated > largeInflated
}
