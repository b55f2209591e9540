import os
from functools import partial

import pytest

from monitor.daemon.aside import aside


async def test_work_aside_is_done_in_a_process_that_is_gone_afterwards() -> None:
    number = await aside(os.getpid)
    assert number != os.getpid()
    assert await aside(os.getpid) != number


async def test_what_goes_wrong_aside_is_raised_here() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        await aside(partial(int, "twelve"))
