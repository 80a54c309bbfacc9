"""What only `poolhouse dev` has: the start page, the inbox, the clock. `serve` never imports it."""
