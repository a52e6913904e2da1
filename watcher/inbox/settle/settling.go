package settle

import (
	"container/heap"

	"inlet.example/inlet/pipeline/files"
)

// settling is a heap of the workbooks that were seen for the first time, the oldest first. What has changed or settled since is dropped when it comes first.
type settling []seen

// seen is a file as it was when it entered.
type seen struct {
	file     *File
	identity files.Identity
}

func (s *settling) enter(f *File) { heap.Push(s, seen{f, f.Identity}) }

// oldest returns the oldest file that still settles; nil if none does.
func (s *settling) oldest(stillSettles func(*File) bool) *File {
	for len(*s) > 0 {
		if first := (*s)[0]; first.identity == first.file.Identity && stillSettles(first.file) {
			return first.file
		}
		heap.Pop(s)
	}
	return nil
}

func (s settling) Len() int { return len(s) }
func (s settling) Less(i, j int) bool {
	if a, b := s[i].identity.ModTime, s[j].identity.ModTime; a != b {
		return a < b
	}
	return s[i].file.Path < s[j].file.Path
}
func (s settling) Swap(i, j int) { s[i], s[j] = s[j], s[i] }
func (s *settling) Push(x any)   { *s = append(*s, x.(seen)) }
func (s *settling) Pop() any {
	last := len(*s) - 1
	x := (*s)[last]
	(*s)[last] = seen{}
	*s = (*s)[:last]
	return x
}
