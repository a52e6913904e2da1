package sheet

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/internal/stream"
)

// stringTable holds the shared strings: the text in blocks that never move, and for each string where it lies. That is 8 bytes
// and the text per string, and nothing the garbage collector must look through. Blocks beyond the first 64 lie in a temporary file.
type stringTable struct {
	blocks []string
	file   *os.File
	filed  []int64      // where in the file each of the other blocks begins
	size   int64        // of the file
	at     [][]stringAt // in pieces of pieceSize: one list would be copied, and be there twice, each time it grows
	count  int
	open   []byte // the block being filled
	side   []byte // the string being read
	bytes  int64
}

// stringAt is the place of one string: the block in the upper 12 bits of start, the offset in it in the lower 20.
type stringAt struct{ start, length uint32 }

const (
	blockSize  = 1 << 20
	inMemory   = 64        // blocks
	mostBlocks = 1<<12 - 1 // which stringAt can name
	pieceSize  = 1 << 14
)

func (t *stringTable) len() int { return t.count }

// text gives string i, which must exist. One that lies in the file is kept in the arena.
func (t *stringTable) text(i int, in *cell.Arena) (string, error) {
	at := t.at[i/pieceSize][i%pieceSize]
	block, offset := int(at.start/blockSize), at.start&(blockSize-1)
	if block < len(t.blocks) {
		return t.blocks[block][offset : offset+at.length], nil
	}
	t.side = append(t.side[:0], make([]byte, at.length)...)
	if _, err := t.file.ReadAt(t.side, t.filed[block-len(t.blocks)]+int64(offset)); err != nil {
		return "", fmt.Errorf("read the shared texts again: %w", err)
	}
	return in.Keep(t.side), nil
}

func (t *stringTable) sealed() int { return len(t.blocks) + len(t.filed) }

// add appends one string.
func (t *stringTable) add(text []byte) error {
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
func (t *stringTable) seal() (err error) {
	if len(t.blocks) < inMemory {
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
		return fmt.Errorf("keep the shared texts: %w", err)
	}
	t.filed = append(t.filed, t.size)
	t.size += int64(len(t.open))
	t.open = t.open[:0]
	return nil
}

func (t *stringTable) close() error {
	if t.file == nil {
		return nil
	}
	return t.file.Close()
}

// readStrings reads the part of shared strings.
func readStrings(r io.Reader, limits cell.Limits) (*stringTable, error) {
	s := newScanner(r, limits)
	if err := s.root("sst"); err != nil {
		return nil, err
	}
	t := &stringTable{open: make([]byte, 0, blockSize)}
	if err := t.entries(s, limits); err != nil {
		_ = t.close() // the first error counts
		return nil, err
	}
	return t, nil
}

func (t *stringTable) entries(s *scanner, limits cell.Limits) error {
	for s.depth() > 0 {
		if err := t.entry(s, limits); err != nil {
			return err
		}
	}
	if err := t.seal(); err != nil {
		return err
	}
	return s.drain()
}

// entry reads one child of the table, which is a string unless it is an extension, or the table's end.
func (t *stringTable) entry(s *scanner, limits cell.Limits) error {
	raw, quick := s.quickEntry()
	var err error
	if quick {
		t.side, err = decode(t.side[:0], raw)
		t.side = unescape(t.side, 0)
	} else {
		if err := s.next(); err != nil || s.kind != opening {
			return err
		}
		if string(s.name) != "si" {
			return s.skip()
		}
		t.side, err = s.richText(t.side[:0], limits.CellBytes)
	}
	if err != nil {
		return err
	}
	if len(t.side) > limits.CellBytes {
		return tooMuchInCell(limits.CellBytes)
	}
	if err := t.add(t.side); err != nil {
		return err
	}
	if t.len() > limits.Strings || t.sealed() >= mostBlocks {
		return fault.New(fault.CodeLimit, "the workbook has more than %s different texts: split it", t.len()-1).OverLimit("texts")
	}
	if t.bytes > limits.StringBytes {
		return fault.New(fault.CodeLimit, "the workbook has more than %s MB of different texts: split it", limits.StringBytes>>20).OverLimit("text_bytes")
	}
	return nil
}

// root steps to the root, checks its name and notes a second prefix for its namespace.
func (s *scanner) root(name string) error {
	if err := s.next(); err != nil {
		return err
	}
	if s.kind != opening || string(s.name) != name {
		return fault.Corrupt("the XML has the root <%s> where <%s> belongs", fault.Short(40, s.name), name)
	}
	for _, a := range s.attrs {
		if prefix, ok := bytes.CutPrefix(a.name, []byte("xmlns:")); ok && string(a.value) == spaceMain {
			s.alias = append(bytes.Clone(prefix), ':')
		}
	}
	return nil
}

// richText appends the text inside the element in hand (si, is): its t and the t of its runs. Phonetic text (rPh) is left out.
func (s *scanner) richText(text []byte, limit int) ([]byte, error) {
	if s.empty {
		return text, nil
	}
	from := len(text)
	for depth := s.depth(); s.depth() >= depth; {
		err := s.next()
		if err == nil && s.kind == opening {
			switch string(s.name) {
			case "r":
			case "t":
				text, err = s.characters(text)
			default:
				err = s.skip()
			}
		}
		if err != nil {
			return text, err
		}
		if len(text)-from > limit {
			return text, tooMuchInCell(limit)
		}
	}
	return unescape(text, from), nil
}

func tooMuchInCell(limit int) error {
	return fault.New(fault.CodeLimit, "a cell holds more than %s bytes of text; Excel's own limit is 32,767 characters", limit).OverLimit("cell_bytes")
}

// characters appends the decoded text of the element in hand, which may hold no other.
func (s *scanner) characters(text []byte) ([]byte, error) {
	if s.empty {
		return text, nil
	}
	if err := s.next(); err != nil {
		return text, err
	}
	if s.kind != closing {
		return text, fault.Corrupt("the XML has <%s> inside a text", fault.Short(40, s.name))
	}
	if s.plain {
		return append(text, s.text...), nil
	}
	return decode(text, s.text)
}
