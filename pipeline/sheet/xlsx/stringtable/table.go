package stringtable

import (
	"fmt"
	"io"
	"os"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/internal/stream"
	"inlet.example/inlet/pipeline/sheet/xlsx/xmlscan"
)

// Table holds the shared strings: the text in blocks that never move, and the place of each string. Blocks that do not fit into memory are
// in a temporary file.
type Table struct {
	blocks []string
	file   *os.File
	filed  []int64      // where in the file each of the other blocks begins
	size   int64        // of the file
	at     [][]stringAt // in pieces of pieceSize: one list would be copied, and be there twice, each time it grows
	count  int
	open   []byte // the block being filled
	buffer []byte // the string being read
	bytes  int64
}

// stringAt is the place of a string: the upper 12 bits of start are the number of the block, the lower 20 the offset in it.
type stringAt struct{ start, length uint32 }

const (
	blockSize  = 1 << 20
	inMemory   = 48 << 20  // bytes of blocks and places; the process has 256 MB for one workbook
	mostBlocks = 1<<12 - 1 // which stringAt can name
	pieceSize  = 1 << 14
)

// Len returns the number of strings.
func (t *Table) Len() int { return t.count }

// Text returns string i, which must exist. If it is in the file, it is kept in the arena.
func (t *Table) Text(i int, in *cell.Arena) (string, error) {
	at := t.at[i/pieceSize][i%pieceSize]
	block, offset := int(at.start/blockSize), at.start&(blockSize-1)
	if block < len(t.blocks) {
		return t.blocks[block][offset : offset+at.length], nil
	}
	t.buffer = append(t.buffer[:0], make([]byte, at.length)...)
	if _, err := t.file.ReadAt(t.buffer, t.filed[block-len(t.blocks)]+int64(offset)); err != nil {
		return "", fmt.Errorf("read the shared strings again: %w", err)
	}
	return in.Keep(t.buffer), nil
}

// sealed returns the number of blocks that are full.
func (t *Table) sealed() int { return len(t.blocks) + len(t.filed) }

// add appends one string.
func (t *Table) add(text []byte) error {
	if len(t.open) > 0 && len(t.open)+len(text) > blockSize {
		if err := t.seal(); err != nil {
			return err
		}
	}
	start := uint32(t.sealed()*blockSize + len(t.open))
	t.open = append(t.open, text...)
	if t.count%pieceSize == 0 {
		t.at = append(t.at, make([]stringAt, 0, pieceSize))
	}
	piece := &t.at[len(t.at)-1]
	*piece = append(*piece, stringAt{start, uint32(len(text))})
	t.count++
	t.bytes += int64(len(text))
	if len(t.open) >= blockSize {
		return t.seal()
	}
	return nil
}

// seal ends the block that is being filled.
func (t *Table) seal() (err error) {
	if len(t.filed) == 0 && len(t.blocks)*blockSize+t.count*8 < inMemory {
		t.blocks = append(t.blocks, string(t.open))
		t.open = t.open[:0]
		return nil
	}
	if t.file == nil {
		if t.file, err = stream.TempFile(); err != nil {
			return err
		}
	}
	if _, err := t.file.Write(t.open); err != nil {
		return fmt.Errorf("write the shared strings to a temporary file: %w", err)
	}
	t.filed = append(t.filed, t.size)
	t.size += int64(len(t.open))
	t.open = t.open[:0]
	return nil
}

// Close closes the temporary file, which removes it.
func (t *Table) Close() error {
	if t.file == nil {
		return nil
	}
	return t.file.Close()
}

// Read reads the part of the shared strings.
func Read(r io.Reader, limits cell.Limits) (*Table, error) {
	s := xmlscan.New(r, limits)
	if err := s.Root("sst"); err != nil {
		return nil, err
	}
	t := &Table{open: make([]byte, 0, blockSize)}
	if err := t.entries(s, limits); err != nil {
		_ = t.Close() // the first error counts
		return nil, err
	}
	return t, nil
}

// entries reads all strings.
func (t *Table) entries(s *xmlscan.Scanner, limits cell.Limits) error {
	for s.Depth() > 0 {
		if err := t.entry(s, limits); err != nil {
			return err
		}
	}
	if err := t.seal(); err != nil {
		return err
	}
	return s.Drain()
}

// entry reads one child of the root, which is a string or an extension, or the end of the root.
func (t *Table) entry(s *xmlscan.Scanner, limits cell.Limits) error {
	raw, quick := fastEntry(s)
	var err error
	if quick {
		t.buffer, err = xmlscan.Decode(t.buffer[:0], raw)
		t.buffer = xmlscan.Unescape(t.buffer, 0)
	} else {
		if err := s.Next(); err != nil || s.Kind != xmlscan.Opening {
			return err
		}
		if string(s.Name) != "si" {
			return s.Skip()
		}
		t.buffer, err = s.RichText(t.buffer[:0], limits.CellBytes)
	}
	if err != nil {
		return err
	}
	if len(t.buffer) > limits.CellBytes {
		return xmlscan.CellTooLong(limits.CellBytes)
	}
	if err := t.add(t.buffer); err != nil {
		return err
	}
	if t.Len() > limits.Strings || t.sealed() >= mostBlocks {
		return fault.New(fault.CodeLimit, "the workbook has more than %s different texts: split it", t.Len()-1).OverLimit("texts")
	}
	if t.bytes > limits.StringBytes {
		return fault.New(fault.CodeLimit, "the workbook has more than %s MB of different texts: split it", limits.StringBytes>>20).OverLimit("text_bytes")
	}
	return nil
}

// The two ways in which nearly every shared string is written.
var (
	fastShared = [2][]byte{[]byte("<si><t>"), []byte("</t></si>")}
	fastSpaced = [2][]byte{[]byte(`<si><t xml:space="preserve">`), fastShared[1]}
)

// fastEntry reads the next string from the buffer of the scanner, if all of it is there and it is written in one of these ways. If not,
// nothing has been read.
func fastEntry(s *xmlscan.Scanner) (text []byte, ok bool) {
	b := s.Buffered()
	text, n, ok := xmlscan.Between(b, fastShared)
	if !ok {
		text, n, ok = xmlscan.Between(b, fastSpaced)
	}
	if ok {
		s.Advance(n)
	}
	return text, ok
}
