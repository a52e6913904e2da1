package report

import (
	"bytes"
	"fmt"
	"math"

	"inlet.example/inlet/pipeline/message"
)

// Beginning keeps the beginning of what is written to it.
type Beginning struct {
	bytes.Buffer
	most int
	lost int
}

// NewBeginning returns one that keeps up to so many bytes.
func NewBeginning(most int) *Beginning { return &Beginning{most: most} }

func (b *Beginning) Write(text []byte) (int, error) {
	if b.lost > 0 || b.Len()+len(text) > b.most { // nothing after a gap, or it would look complete
		b.lost += len(text)
		return len(text), nil
	}
	return b.Buffer.Write(text)
}

// End says how much was left out, and lets the rest in.
func (b *Beginning) End(lang string) {
	if b.lost > 0 {
		fmt.Fprintf(&b.Buffer, message.Word(lang, "… %d KB more: inlet plan shows all\n"), b.lost>>10)
	}
	b.lost, b.most = 0, math.MaxInt
}
