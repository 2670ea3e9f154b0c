"""AutoScript's program on a microscope of paper: `autoscript_session.py PROGRAM`. Prints what the microscope saw."""

import importlib.util
import json
import sys
import types


def microscope(field_of_view_m):
    class Optics:
        scan_field_of_view = field_of_view_m
        blanked = False
        places = [[0.25, 0.75]]

        @property
        def paused_scan_beam_position(self):
            return self.places[-1]

        @paused_scan_beam_position.setter
        def paused_scan_beam_position(self, place):
            self.places.append(list(place))

    optics = Optics()
    optics.places = list(Optics.places)
    optics.blanker = types.SimpleNamespace(blank=lambda: setattr(optics, "blanked", True))
    return types.SimpleNamespace(optics=optics)


def state(scope):
    return {"position": scope.optics.paused_scan_beam_position, "blanked": scope.optics.blanked}


specification = importlib.util.spec_from_file_location("visit", sys.argv[1])
program = importlib.util.module_from_spec(specification)
specification.loader.exec_module(program)

answer, scope, measured = {}, microscope(90e-9), []
answer["visited"] = program.visit(
    scope, measure=lambda scope, target: measured.append(scope.optics.paused_scan_beam_position))
answer["places"], answer["after"] = measured, state(scope)


def fail(scope, target):
    raise OSError("the camera is off")


scope = microscope(90e-9)
try:
    program.visit(scope, measure=fail)
except OSError:
    answer["after_error"] = state(scope)
try:
    program.visit(microscope(120e-9))
except RuntimeError as error:
    answer["wrong_field"] = str(error)
print(json.dumps(answer))
