"""Frames of one scene."""

from __future__ import annotations

import numpy as np
from support.burned import Text, burned, tissue

from beam_phi.pixels.sequence import GROUP, scenes


def test_all_frames_are_in_one_scene_each() -> None:
    frames = [tissue(64, 96, seed) for seed in range(2 * GROUP + 3)]
    assert [start for start, _ in scenes(frames)] == [0, GROUP, 2 * GROUP]


def test_a_single_frame_is_its_own_picture() -> None:
    frame = tissue(64, 96)
    ((_, scene),) = scenes([frame])
    assert len(scene.pictures) == 1
    assert scene.pictures[0] is frame
    assert scene.odd == ()


def test_brightest_and_darkest_of_all_frames_are_seen() -> None:
    frames = [tissue(64, 96, seed) for seed in range(5)]
    ((_, scene),) = scenes(iter(frames))
    assert (scene.pictures[1] == np.max(frames, axis=0)).all()
    assert (scene.pictures[2] == np.min(frames, axis=0)).all()


def test_a_frame_with_something_of_its_own_is_odd() -> None:
    frames = [tissue(256, 256, seed) for seed in range(20)]
    frames[7] = burned(frames[7], [Text("KAUFMAN", 4, 4, 24)])
    ((_, scene),) = scenes(frames)
    assert scene.odd == (7,)


def test_other_sizes_are_other_scenes() -> None:
    starts = [start for start, _ in scenes([tissue(64, 96), tissue(64, 64), tissue(64, 64)])]
    assert starts == [0, 1]
