import "vega";
