"""confluent-kafka constructs a producer from the settings of each program: it refuses unknown names."""

import importlib.util
import pathlib
import sys

sys.dont_write_bytecode = True
from confluent_kafka import Producer

count = 0
for file in sorted(pathlib.Path(sys.argv[1]).glob("*.py")):
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    try:
        Producer({**module.settings, "log_level": 0})
    except Exception as error:
        sys.exit(f"{file}: {error}")
    count += 1
print(count)
