package read

import (
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/bind"
)

// Portion is the drafts that are matched and written together, and where the workbook stands after them.
type Portion struct {
	Binding *bind.Binding
	Drafts  []ledger.Draft
	cells   cellArena // that the drafts are made of
	bytes   int
	After   ledger.Cursor
}

// Detach leaves the drafts to the caller. Otherwise the next portion is read into their memory; now that of one that is done with is taken, if
// there is any.
func (p *Portion) Detach(done <-chan *Portion) *Portion {
	own := *p
	p.Drafts, p.cells = nil, cellArena{}
	select {
	case used := <-done:
		if used.Binding == p.Binding { // its rows have as many cells
			p.Drafts, p.cells = used.Drafts[:0], used.cells
		}
	default:
	}
	if p.Drafts == nil {
		p.Drafts = make([]ledger.Draft, 0, cap(own.Drafts))
	}
	return &own
}

// cellArena is memory for those of rows, cut from larger pieces.
type cellArena struct {
	pieces [][]ledger.Cell
	rows   int // that have cells
}

// next returns memory for n cells; for every row it is as many.
func (c *cellArena) next(n int) []ledger.Cell {
	const rows = 64
	piece, row := c.rows/rows, c.rows%rows
	if piece == len(c.pieces) {
		c.pieces = append(c.pieces, make([]ledger.Cell, rows*n))
	}
	c.rows++
	return c.pieces[piece][row*n : (row+1)*n : (row+1)*n]
}

// maxPortionBytes bounds the text of a portion, and so the memory of the batches on their way. Old values come on top: a journal entry has as many pieces as
// it takes.
const maxPortionBytes = 4 << 20
