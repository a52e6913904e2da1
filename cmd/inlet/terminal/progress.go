package terminal

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/message"
)

// Progress shows the progress of an import on a terminal.
type Progress struct {
	w      io.Writer
	silent bool
	began  time.Time
	shown  time.Time
	wide   int
	lang   string

	Done, Total int // rows, also if nothing is shown

	mu sync.Mutex
	of [len(crm.Kinds)]int // records that are indexed, by the number of their kind
}

// NewProgress shows nothing if it is to be silent, or w is not a terminal.
func NewProgress(w io.Writer, silent bool, lang string) *Progress {
	f, ok := w.(*os.File)
	return &Progress{w: w, silent: silent || !ok || !term.IsTerminal(int(f.Fd())), began: time.Now(), lang: lang}
}

const redraw = 100 * time.Millisecond

// Update is called with how many rows are done.
func (b *Progress) Update(done, total int) {
	b.Done, b.Total = done, total
	if b.silent || total == 0 || time.Since(b.shown) < redraw && done < total {
		return
	}
	b.shown = time.Now()
	const cells = 30
	full := cells * done / total
	rate := float64(done) / time.Since(b.began).Seconds()
	line := strings.Repeat("█", full) + strings.Repeat("░", cells-full) + " " +
		fmt.Sprintf(message.Word(b.lang, "%d of %d rows, %.0f rows/s"), done, total, rate)
	if left := time.Duration(float64(total-done) / rate * float64(time.Second)); left > time.Second {
		line += fmt.Sprintf(message.Word(b.lang, ", %s left"), left.Round(time.Second))
	}
	fmt.Fprintf(b.w, "\r%-*s", b.wide, line)
	b.wide = len([]rune(line))
}

// Clear removes the bar from the terminal; only the result remains.
func (b *Progress) Clear() {
	if b.wide > 0 {
		fmt.Fprintf(b.w, "\r%*s\r", b.wide, "")
	}
}

// Indexed shows how many records of a kind are indexed, when there are more. It may be called from several goroutines.
func (b *Progress) Indexed(kind crm.Kind, more int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.of[kind.Number()] += more
	if b.silent || time.Since(b.shown) < redraw {
		return
	}
	b.shown = time.Now()
	line := fmt.Sprintf(message.Word(b.lang, "%s: %s indexed"), kind.Plural(), Grouped(b.of[kind.Number()], b.lang))
	fmt.Fprintf(b.w, "\r%-*s", b.wide, line)
	b.wide = len([]rune(line))
}

// Grouped writes a number with the thousands separator of a language.
func Grouped(n int, lang string) string {
	separator := ","
	if lang == message.Swedish {
		separator = "\u00a0"
	}
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + separator + digits[i:]
	}
	return digits
}
