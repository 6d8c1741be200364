"""News: what was shared or changed, as far as whoever asks sees it; on a page, and by mail once a week."""
