PYTHON ?= python3

.PHONY: run test lint format bundle deb wheel translations bench peers hour
run: ; $(PYTHON) packaging/bootstrap.py run
test: ; $(PYTHON) packaging/bootstrap.py test
lint: ; $(PYTHON) packaging/bootstrap.py lint
format: ; $(PYTHON) packaging/bootstrap.py format
bundle: ; $(PYTHON) packaging/bootstrap.py bundle
deb: ; $(PYTHON) packaging/bootstrap.py deb
wheel: ; $(PYTHON) packaging/bootstrap.py wheel
translations: ; $(PYTHON) packaging/bootstrap.py translations
bench: ; $(PYTHON) packaging/bootstrap.py bench
peers: ; $(PYTHON) packaging/bootstrap.py peers
hour: ; $(PYTHON) packaging/bootstrap.py hour
