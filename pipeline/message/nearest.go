package message

import "strings"

// maxWord bounds what is compared, in characters: a longer word must not cost its square.
const maxWord = 64

// Nearest returns the known word that was probably meant, or "" where none is near: one character in three may differ, in a short
// word one; upper and lower case are the same.
func Nearest(word string, known []string) string {
	best, least := "", max(1, (len(word)+1)/3)+1
	for _, k := range known {
		if d := Distance(strings.ToLower(word), strings.ToLower(k)); d < least {
			best, least = k, d
		}
	}
	return best
}

// Distance returns how many characters must be put in, left out, changed or swapped with the next to make one word the other (the optimal
// string alignment distance). A word of more than 64 characters is 64 away from any other.
func Distance(x, y string) int {
	a, b := []rune(x), []rune(y)
	if len(a) > maxWord || len(b) > maxWord {
		if x == y {
			return 0
		}
		return maxWord
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			rows[i][j] = min(change, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
