package sqlite

import "strconv"

// SetMost has rows of more bytes than these refused.
func (e *Engine) SetMost(bytes int) { e.maxRowBytes = bytes }

// LimitPages has the file full at so many pages.
func (e *Engine) LimitPages(n int) error {
	_, err := e.writer.Exec("PRAGMA max_page_count = " + strconv.Itoa(n))
	return err
}

// GiveUp closes the connections that may be given up at any time.
func (e *Engine) GiveUp() {
	e.writer.SetMaxIdleConns(0)
	e.readers.SetMaxIdleConns(0)
}
