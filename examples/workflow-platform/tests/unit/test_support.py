"""The tests fail with a sentence where a server is missing; they never pass over it."""

from pathlib import Path

import pytest
from support import programs


def test_a_missing_server_is_named_with_its_cure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "_CACHE", tmp_path)
    monkeypatch.setattr(programs, "_DEBIAN_POSTGRES", tmp_path)
    for name in ("redis-server", "initdb"):
        with pytest.raises(programs.ProgramMissingError, match=f"^{name} is neither on PATH"):
            programs.find(name)


def test_a_program_of_the_cache_brings_its_libraries(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = tmp_path / "redis" / "7.0"
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "redis-server").touch()
    (home / "engine.json").write_text('{"env": {"LD_LIBRARY_PATH": "{home}/lib"}}')
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "_CACHE", tmp_path)
    program = programs.find("redis-server")
    assert program.path == str(home / "bin" / "redis-server")
    assert program.environment == {"LD_LIBRARY_PATH": f"{home}/lib"}
