package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/message"
)

// progressBar shows the progress of an import on a terminal.
type progressBar struct {
	w      io.Writer
	silent bool
	began  time.Time
	shown  time.Time
	wide   int
	done   int // rows, also if nothing is shown
	total  int
	lang   string

	mu sync.Mutex
	of [len(crm.Kinds)]int // records that are indexed, by the number of their kind
}

func newProgressBar(w io.Writer, silent bool, lang string) *progressBar {
	f, ok := w.(*os.File)
	return &progressBar{w: w, silent: silent || !ok || !term.IsTerminal(int(f.Fd())), began: time.Now(), lang: lang}
}

const redraw = 100 * time.Millisecond

func (b *progressBar) update(done, total int) {
	b.done, b.total = done, total
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

// clear removes the bar from the terminal; only the result remains.
func (b *progressBar) clear() {
	if b.wide > 0 {
		fmt.Fprintf(b.w, "\r%*s\r", b.wide, "")
	}
}

// indexed shows how many records of a kind are indexed, when there are more. It may be called from several goroutines.
func (b *progressBar) indexed(kind crm.Kind, more int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.of[kind.Number()] += more
	if b.silent || time.Since(b.shown) < redraw {
		return
	}
	b.shown = time.Now()
	line := fmt.Sprintf(message.Word(b.lang, "%s: %s indexed"), kind.Plural(), grouped(b.of[kind.Number()], b.lang))
	fmt.Fprintf(b.w, "\r%-*s", b.wide, line)
	b.wide = len([]rune(line))
}
