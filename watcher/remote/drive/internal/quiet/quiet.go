// Package quiet keeps rclone from making a folder in the home of whoever runs inlet. It is initialised before rclone, because it needs less.
package quiet

import "os"

func init() {
	const variable = "RCLONE_CONFIG"
	if _, set := os.LookupEnv(variable); !set {
		_ = os.Setenv(variable, "") // there is no error to give: the name is one
	}
}
