package terminal

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/message"
)

// Progress shows how far a command has come, on a terminal.
type Progress struct {
	Done, Total int // rows, also if nothing is shown

	w        io.Writer
	silent   bool
	began    time.Time
	shown    time.Time
	wide     int
	Language string

	mu sync.Mutex
	of [len(crm.Kinds)]int // records that are indexed, by the number of their kind
}

// NewProgress returns a Progress that writes to w, unless it is to be silent or w is not a terminal.
func NewProgress(w io.Writer, silent bool, lang string) *Progress {
	return &Progress{w: w, silent: silent || !Is(w), began: time.Now(), Language: lang}
}

const redraw = 100 * time.Millisecond

// Update shows how many rows are done.
func (p *Progress) Update(done, total int) {
	p.Done, p.Total = done, total
	if p.silent || total == 0 || time.Since(p.shown) < redraw && done < total {
		return
	}
	rate := float64(done) / time.Since(p.began).Seconds()
	text := fmt.Sprintf(message.Word(p.Language, "%s of %s rows, %s rows/s"), Grouped(done, p.Language), Grouped(total, p.Language), Grouped(int(rate), p.Language))
	if left := time.Duration(float64(total-done) / rate * float64(time.Second)); left > time.Second {
		text += fmt.Sprintf(message.Word(p.Language, ", %s left"), left.Round(time.Second))
	}
	p.draw(bar(done, total, Width(p.w)-message.Width(text)-2) + text)
}

// Sent shows how many bytes of a file are sent.
func (p *Progress) Sent(done, total int) {
	const mega = 1 << 20
	if p.silent || total < mega || time.Since(p.shown) < redraw && done < total {
		return
	}
	text := fmt.Sprintf(message.Word(p.Language, "%s of %s MB sent"), Grouped(done/mega, p.Language), Grouped(total/mega, p.Language))
	p.draw(bar(done, total, Width(p.w)-message.Width(text)-2) + text)
}

// Indexed shows how many records of a kind are indexed, when there are more. It may be called from several goroutines.
func (p *Progress) Indexed(kind crm.Kind, more int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.of[kind.Number()] += more
	if !p.silent && time.Since(p.shown) >= redraw {
		p.draw(fmt.Sprintf(message.Word(p.Language, "%s: %s indexed"), kind.Plural(), Grouped(p.of[kind.Number()], p.Language)))
	}
}

// bar returns a bar that leaves room for the text beside it; "" where there is too little.
func bar(done, total, room int) string {
	cells := min(30, room)
	if cells < 5 {
		return ""
	}
	full := cells * done / total
	return strings.Repeat("█", full) + strings.Repeat("░", cells-full) + " "
}

func (p *Progress) draw(line string) {
	p.shown = time.Now()
	line = message.Truncate(line, Width(p.w)-1) // a full line would make the cursor go to the next one
	fmt.Fprint(p.w, "\r"+message.Pad(line, p.wide))
	p.wide = message.Width(line)
}

// Clear removes the bar from the terminal; only the result remains.
func (p *Progress) Clear() {
	if p.wide > 0 {
		fmt.Fprintf(p.w, "\r%*s\r", p.wide, "")
		p.wide = 0
	}
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
