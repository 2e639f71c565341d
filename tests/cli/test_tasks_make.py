from dulcet.cli import main


def test_a_file_that_is_there_is_not_replaced_unasked(tmp_path, capsys):
    out = str(tmp_path / "tasks.jsonl")
    assert main(["tasks", "make", "--out", out, "--count", "3"]) == 0
    before = (tmp_path / "tasks.jsonl").read_bytes()
    assert main(["tasks", "make", "--out", out, "--count", "2"]) == 2
    assert "exists already" in capsys.readouterr().err
    assert (tmp_path / "tasks.jsonl").read_bytes() == before
    assert main(["tasks", "make", "--out", out, "--count", "2", "--overwrite"]) == 0
