"""What Halo keeps of posted HTML (docs/halo.md section 7)."""

from __future__ import annotations

import re

from halo_simulator.api.call import Call


def kept(call: Call, html: str) -> str:
    """The HTML as it is stored; with `sanitize_notes` without what nobody sees."""
    if not call.instance.config.sanitize_notes:
        return html
    bare = re.sub(r"<!--.*?-->|\sdata-[\w-]+=(\"[^\"]*\"|'[^']*')", "", html, flags=re.DOTALL)
    return re.sub(r"<(\w+)[^<>]*>\s*</\1>", "", bare)
